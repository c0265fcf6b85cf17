"""The web: pages and API over the playground."""
