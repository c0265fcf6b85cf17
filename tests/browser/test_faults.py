"""The watch itself: what goes wrong in the browser does reach the tests."""

from __future__ import annotations

from tests.browser.conftest import Faults
from tests.browser.playground import Playground


def test_errors_of_scripts_of_the_console_and_of_the_policy_are_seen(
    playground: Playground, faults: Faults
) -> None:
    page = playground.open("/p/xor").page
    page.evaluate("setTimeout(() => { throw new Error('thrown on purpose'); })")
    page.evaluate("console.error('printed on purpose')")
    page.evaluate("document.body.setAttribute('onclick', 'alert()')")
    page.evaluate("void fetch('/no/such/thing')")
    page.wait_for_timeout(300)
    assert len(faults.unexpected()) == 4
    faults.expect("thrown on purpose")
    faults.expect("printed on purpose")
    faults.expect("Content Security Policy")
    faults.expect("status of 404")
