"""What must never reach a log: passwords inside addresses, and the tokens of mailed links."""

import logging
import re

SECRETS = [
    (re.compile(r"(\w+://[^\s:/@]*):[^\s/@]+@"), r"\1:***@"),
    (re.compile(r"(/(?:m|setup|password/reset/key|confirm-email)/)[^\s/?\"']+"), r"\1***"),
]


class Redact(logging.Filter):
    """Blanks secrets in the finished line, whatever was passed as its arguments."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        clean = said
        for pattern, shown in SECRETS:
            clean = pattern.sub(shown, clean)
        if clean != said:
            record.msg, record.args = clean, ()
        return True
