"""The security headers of every answer. The policy is strict: nothing inline, nothing from elsewhere."""

from __future__ import annotations

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
RAW = [(name.lower().encode(), value.encode()) for name, value in SECURITY.items()]
RAW_NAMES = frozenset(name for name, _ in RAW)
