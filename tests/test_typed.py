"""What was typed and could not be saved comes back to be copied, without anything secret."""

from django.http import QueryDict

from stretchhub.typed import typed_words


def test_words_come_back_and_keys_addresses_and_secrets_do_not():
    sent = QueryDict(mutable=True)
    sent.update({"next_role": "Lead\r\nof the team", "hours": "4", "empty": " ", "csrfmiddlewaretoken": "t"})
    sent.update({"submit_key": "k", "version": "2", "goal": "08e2113c-9126-480a-abb2-8e0f3fef711d", "code": "123456"})
    sent.update({"password": "s3cret", "new_password1": "s3cret", "otp_token": "123456", "rows-TOTAL_FORMS": "3"})
    sent["seen"] = "3.1"
    sent.setlist("rows-0-name", ["Hosting", "Chairing"])

    assert typed_words(sent) == [
        ("Next role", "Lead\r\nof the team"),
        ("Hours", "4"),
        ("Rows 0 name", "Hosting\nChairing"),
    ]
