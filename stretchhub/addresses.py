"""Mail addresses that lead to one mailbox are one person."""


def mailbox_of(email: str) -> str:
    """Where a mail arrives: what stands behind a plus sign is a name somebody gives their own address."""
    name, _at, host = email.strip().lower().partition("@")
    return f"{name.partition('+')[0]}@{host}"
