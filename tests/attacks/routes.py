"""Attacks over HTTP, as tables."""

from __future__ import annotations

from dataclasses import dataclass

KERNEL = "00000000-0000-0000-0000-000000000000"
HERE, PAGE, REFUSED, GONE, ASKED = 200, 200, 403, 404, 303


@dataclass(frozen=True)
class Attack:
    """A route's path, and the status of GET for a stranger, a participant of Ohio, and a facilitator."""

    path: str
    stranger: int
    ohio: int
    facilitator: int


# By the route's pattern (``cluster_kit.server.routes``).
ROUTES: dict[str, Attack] = {
    r"/": Attack("/", PAGE, PAGE, PAGE),
    r"/join": Attack("/join", PAGE, PAGE, PAGE),
    r"/sign-on": Attack("/sign-on", GONE, GONE, GONE),  # test_sign_on.py has a proxy
    r"/you": Attack("/you", REFUSED, PAGE, ASKED),
    r"/you/link": Attack("/you/link", REFUSED, PAGE, ASKED),
    r"/leave": Attack("/leave", 405, 405, 405),
    r"/left": Attack("/left", PAGE, ASKED, ASKED),
    r"/requests": Attack("/requests", REFUSED, PAGE, PAGE),
    r"/codes/([A-Z]{2})": Attack("/codes/GU", GONE, GONE, GONE),
    r"/same-person": Attack("/same-person?keep=avery&other=jordan", GONE, GONE, PAGE),
    r"/session/(\d{1,3})": Attack("/session/1", REFUSED, PAGE, PAGE),
    r"/session/(\d{1,3})/connection": Attack("/session/1/connection", 400, 400, 400),
    r"/session/(\d{1,3})/exercises/([0-9a-f]+)\.json": Attack("/session/1/exercises/0.json", REFUSED, GONE, GONE),
    r"/session/(\d{1,3})/evaluation": Attack("/session/1/evaluation", REFUSED, PAGE, PAGE),
    r"/session/(\d{1,3})/evaluation/ballot": Attack("/session/1/evaluation/ballot", 405, 405, 405),
    r"/session/(\d{1,3})/evaluation/answers": Attack("/session/1/evaluation/answers", 405, 405, 405),
    r"/session/(\d{1,3})/summary": Attack("/session/1/summary", REFUSED, PAGE, GONE),
    r"/session/(\d{1,3})/summary/([A-Z]{2})\.(pdf|docx|ics)": Attack(
        "/session/1/summary/GU.ics", REFUSED, REFUSED, REFUSED
    ),
    r"/notice(?:/([a-z]{2}))?": Attack("/notice/es", PAGE, PAGE, PAGE),
    r"/accessibility": Attack("/accessibility", PAGE, PAGE, PAGE),
    r"/glossary": Attack("/glossary", PAGE, PAGE, PAGE),
    r"/primer": Attack("/primer", PAGE, PAGE, PAGE),
    r"/organization/([0-9a-f]+/[a-z.]+)": Attack("/organization/0/logo.svg", GONE, GONE, GONE),
    r"/examples": Attack("/examples", REFUSED, PAGE, PAGE),
    r"/sources": Attack("/sources", REFUSED, PAGE, PAGE),
    r"/roster": Attack("/roster", GONE, GONE, PAGE),
    r"/roster/import": Attack("/roster/import", GONE, GONE, PAGE),
    r"/roster/registrations": Attack("/roster/registrations", GONE, GONE, ASKED),
    r"/register": Attack("/register", PAGE, PAGE, PAGE),
    r"/register/withdraw": Attack("/register/withdraw?registration=x", REFUSED, REFUSED, REFUSED),
    r"/roster/calendar/([A-Z]{2})/(\d{1,3})\.ics": Attack("/roster/calendar/OH/1.ics", GONE, GONE, HERE),
    r"/roster/calendar\.zip": Attack("/roster/calendar.zip", GONE, GONE, HERE),
    r"/roster/export\.(csv|xlsx)": Attack("/roster/export.csv", GONE, GONE, HERE),
    r"/roster/([A-Za-z0-9][A-Za-z0-9._:@-]{0,63})": Attack("/roster/jordan", GONE, GONE, PAGE),
    r"/console/(\d{1,3})": Attack("/console/99", GONE, GONE, GONE),  # test_console_page.py opens one
    r"/console/status": Attack("/console/status", GONE, GONE, HERE),
    r"/present/(\d{1,3})": Attack("/present/1", GONE, GONE, PAGE),
    r"/present/(\d{1,3})/connection": Attack("/present/1/connection", 400, 400, 400),
    r"/line": Attack("/line", REFUSED, HERE, HERE),
    r"/arrived": Attack("/arrived", 405, 405, 405),
    r"/api/kernels/{id}": Attack(f"/api/kernels/{KERNEL}", REFUSED, GONE, GONE),
    r"/api/kernels/{id}/channels": Attack(f"/api/kernels/{KERNEL}/channels", REFUSED, GONE, GONE),
    r"/health": Attack("/health", HERE, HERE, HERE),
    r"/ready": Attack("/ready", HERE, HERE, HERE),
    r"/metrics": Attack("/metrics", HERE, HERE, HERE),  # from this machine
    r"/static/{digest}/(.*)": Attack("/static/{digest}/../../secret", GONE, GONE, GONE),
    r"/widgets/api/kernels/{id}": Attack(f"/widgets/api/kernels/{KERNEL}", REFUSED, GONE, GONE),
    r"/widgets/api/kernels/{id}/channels": Attack(f"/widgets/api/kernels/{KERNEL}/channels", REFUSED, GONE, GONE),
    r"/widgets/([0-9a-f]+)/(.*)": Attack("/widgets/0/voila/voila.js", GONE, GONE, GONE),
}
# Addresses of Jupyter Server and Voilà, and of earlier versions, that must not exist for anyone.
NOT_THERE = (
    "/api", "/api/contents", "/api/contents/secret", "/api/kernels", "/api/kernelspecs", "/api/me", "/api/sessions",
    "/api/shutdown", "/api/spec.yaml", "/api/status", "/api/terminals", "/api/config/notebook",
    "/api/security/csp-report",
    "/files/secret", "/files/responses.sqlite3", "/view/secret", "/tree", "/lab", "/login", "/logout",
    "/nbconvert/html/x",
    "/voila/render/x.ipynb", "/voila/files/secret", "/voila/static/voila.js", "/voila/templates/lab/static/x",
    "/custom/custom.css",
    "/nbextensions/x.js", "/kernelspecs/python3/logo-64x64.png", "/session/1/floor", "/session/1/here", "/.git/config",
    "/static/", "/static/../secret", "/server.log", "/home/secret", "/robots.txt/../secret",
)  # fmt: skip
TRAVERSALS = (
    "../secret", "..%2fsecret", "..%252fsecret", "....//secret", "%2e%2e/secret", "..\\secret", "..%5csecret",
    "/etc/passwd", "//etc/passwd", "%00secret", "session/page.js%00.css", "session/page.js/../../../secret", "~root/x",
    "file:///etc/passwd", "C:%5cWindows%5cwin.ini", "%c0%ae%c0%ae/secret", "session/%2e%2e/%2e%2e/settings.py",
)  # fmt: skip
METHODS = ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
ORIGINS = ("https://elsewhere.example", "null", "http://127.0.0.1:1", "http://127.0.0.1.elsewhere.example", "file://")
# Texts for names, codes, and fields: markup, formulas, templates, directions, SQL, paths.
TEXTS = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>', "javascript:alert(1)",
    "=HYPERLINK(\"http://x\")", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "{{ 7*7 }}", "{% raw %}", "${7*7}", "#{7*7}",
    "[x](javascript:alert(1))", "![x](http://elsewhere.example/x.png)", "`; DROP TABLE people; --", "' OR '1'='1",
    "\u202ereversed", "../../secret", "%0d%0aSet-Cookie: x=1", "a\r\nb: c", "\ud7ff", "𝕏" * 80,
)  # fmt: skip
