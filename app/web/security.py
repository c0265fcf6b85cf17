"""The security headers of every answer. The policy is strict: nothing from elsewhere, nothing inline but the style of
a page's bar, which is known by its hash."""

from __future__ import annotations

import base64
import hashlib

from app.web.assets import bar_style

BAR_STYLE = base64.b64encode(hashlib.sha256(bar_style().encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; script-src 'self'; style-src 'self' 'sha256-{BAR_STYLE}'; img-src 'self'; font-src 'self'; "
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
