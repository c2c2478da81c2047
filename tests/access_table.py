"""Who may open which address: one row an address, read by tests/test_access.py.

`get` and `post` name the people who get an answer of their own. Everybody else who is signed in
gets `other`: 404 where a thing is not theirs to know of, 403 where the place is known but closed.
An address without `get` answers GET with 405; one without `post` answers POST with 405.
Whoever is signed out or deactivated is sent to the sign-in page, unless the row is `public`.
"""

from dataclasses import dataclass

MENTEE, MENTOR, SPONSOR = {"mentee"}, {"mentor"}, {"sponsor"}
PAIR = MENTEE | MENTOR
PARTIES = PAIR | SPONSOR
HR, ADMINISTRATOR = {"hr"}, {"administrator"}
OFFICE = HR | ADMINISTRATOR
EVERYBODY = {
    "mentee",
    "other_mentee",
    "mentor",
    "other_mentor",
    "sponsor",
    "other_sponsor",
    "asked_sponsor",
    "manager",
    "colleague",
    "hr",
    "administrator",
    "stranger",
}
NOBODY: set[str] = set()


@dataclass(frozen=True)
class Row:
    name: str
    thing: str = ""
    get: frozenset[str] = frozenset()
    post: frozenset[str] = frozenset()
    other: int = 404
    # Somebody who may see the thing but not do this to it.
    forbidden: frozenset[str] = frozenset()
    public: bool = False
    # Not there for anybody now: a feature that is off, a key that nobody holds.
    closed: bool = False


def row(name, thing="", *, get=NOBODY, post=NOBODY, other=404, forbidden=NOBODY, public=False, closed=False) -> Row:
    return Row(name, thing, frozenset(get), frozenset(post), other, frozenset(forbidden), public, closed)


ASKED = {"asked_sponsor"}
# Whom the sponsor named to answer an ask.
DELEGATE = {"colleague"}

TABLE = [
    row("healthz", get=EVERYBODY, public=True),
    row("today", get=EVERYBODY),
    # Signing in: allauth's pages, which decide by themselves what a visitor may do.
    row("account_login", get=EVERYBODY, post=EVERYBODY, public=True),
    row("account_logout", get=EVERYBODY, post=EVERYBODY, public=True),
    row("account_inactive", get=EVERYBODY, public=True),
    row("account_signup", get=EVERYBODY, post=EVERYBODY, public=True),
    row("account_reauthenticate", get=EVERYBODY, post=EVERYBODY),
    row("account_email", get=EVERYBODY, post=EVERYBODY),
    row("account_email_verification_sent", get=EVERYBODY, public=True),
    row("account_confirm_email", "email_key", get=EVERYBODY, post=EVERYBODY, public=True),
    row("account_change_password", get=EVERYBODY, post=EVERYBODY),
    row("account_set_password", get=EVERYBODY, post=EVERYBODY),
    row("account_reset_password", get=EVERYBODY, post=EVERYBODY, public=True),
    row("account_reset_password_done", get=EVERYBODY, public=True),
    row("account_reset_password_from_key", "reset_key", get=EVERYBODY, post=EVERYBODY, public=True),
    row("account_reset_password_from_key_done", get=EVERYBODY, public=True),
    row("account_confirm_login_code", get=EVERYBODY, post=EVERYBODY, public=True),
    row("mfa_index", get=EVERYBODY),
    row("mfa_authenticate", get=EVERYBODY, post=EVERYBODY, public=True),
    row("mfa_reauthenticate", get=EVERYBODY, post=EVERYBODY),
    row("mfa_activate_totp", get=EVERYBODY, post=EVERYBODY),
    row("mfa_deactivate_totp", closed=True),
    row("mfa_view_recovery_codes", closed=True),
    row("mfa_generate_recovery_codes", get=EVERYBODY, post=EVERYBODY),
    row("mfa_download_recovery_codes", closed=True),
    row("mfa_list_webauthn", get=EVERYBODY),
    row("mfa_add_webauthn", get=EVERYBODY, post=EVERYBODY),
    row("mfa_reauthenticate_webauthn", get=EVERYBODY, post=EVERYBODY),
    # A passkey is changed only after the password was asked again, whoever it belongs to.
    row("mfa_remove_webauthn", "passkey", get=EVERYBODY, post=EVERYBODY),
    row("mfa_edit_webauthn", "passkey", get=EVERYBODY, post=EVERYBODY),
    row("mfa_login_webauthn", get=EVERYBODY, post=EVERYBODY, public=True),
    # People and doors
    row("people:list", get=OFFICE, other=403),
    row("people:add", get=OFFICE, post=OFFICE, other=403),
    row("people:invite", post=OFFICE, other=403),
    row("people:import", get=OFFICE, post=OFFICE, other=403),
    row("people:import-check", "import_key", closed=True),
    row("people:person", "mentee", get=OFFICE | MENTEE),
    row("people:edit", "mentee", get=OFFICE, post=OFFICE, forbidden=MENTEE),
    row("people:end-links", "mentee", post=OFFICE | MENTEE),
    row("people:deactivate", "mentee", post=OFFICE, forbidden=MENTEE),
    row("people:reactivate", "mentee", post=OFFICE, forbidden=MENTEE),
    row("people:grant-role", "mentee", post=ADMINISTRATOR, forbidden=HR | MENTEE),
    row("people:revoke-role", "mentee", post=ADMINISTRATOR, forbidden=HR | MENTEE),
    row("people:profile", get=EVERYBODY, post=EVERYBODY),
    row("people:theme", post=EVERYBODY, public=True),
    row("people:setup", "setup_token", get=NOBODY, post=NOBODY, public=True, closed=True),
    row("people:mailbox", get=NOBODY, closed=True),
    row("people:demo-sign-in", post=NOBODY, public=True, closed=True),
    row("notices:inbox", get=EVERYBODY),
    row("notices:read", post=EVERYBODY),
    row("audit:trail", get=OFFICE, other=403),
    # Thinking together
    row("assignments:mentorships", get=EVERYBODY),
    row("assignments:mentorship-start", get=EVERYBODY, post=EVERYBODY),
    row("assignments:mentorship", "mentorship", get=PAIR),
    row("assignments:growth", get=EVERYBODY),
    row("assignments:intakes", "mentorship", get=PAIR),
    row("assignments:intake-start", "mentorship", post=PAIR),
    row("assignments:intake", "intake", get=PAIR),
    row("assignments:intake-topic", "intake_topic", get=PAIR, post=PAIR),
    row("assignments:intake-keep", "intake", post=PAIR),
    row("assignments:intake-revisit", "kept_intake", post=PAIR),
    row("assignments:goal-add", "mentorship", get=PAIR, post=PAIR),
    row("assignments:goal", "goal", get=PAIR),
    row("assignments:goal-edit", "goal", get=PAIR, post=PAIR),
    row("assignments:goal-settle", "goal", post=PAIR),
    row("assignments:learning", "mentorship", get=PAIR),
    row("assignments:learning-add", "mentorship", get=PAIR, post=PAIR),
    row("assignments:learning-edit", "learning", get=PAIR, post=PAIR),
    row("assignments:learning-done", "learning", get=PAIR, post=PAIR),
    row("assignments:learning-drop", "learning", post=PAIR),
    row("assignments:levels", "mentorship", get=PAIR),
    row("assignments:level-add", "mentorship", get=PAIR, post=PAIR),
    row("assignments:competencies", get=EVERYBODY),
    row("assignments:competency-suggest", get=EVERYBODY),
    row("assignments:framework", "framework", get=EVERYBODY),
    row("assignments:framework-edit", "framework", get=OFFICE, post=OFFICE, other=403),
    row("assignments:framework-export", "framework", get=EVERYBODY),
    row("assignments:framework-import", get=OFFICE, post=OFFICE, other=403),
    row("assignments:framework-import-check", "import_key", closed=True),
    row("assignments:pipeline", get=EVERYBODY),
    row("assignments:board", "mentorship", get=PAIR),
    row("assignments:balance", "mentorship", get=PAIR),
    row("assignments:option-add", "mentorship", get=PAIR, post=PAIR),
    row("assignments:option", "option", get=PAIR),
    row("assignments:option-edit", "option", get=PAIR, post=PAIR),
    row("assignments:option-move", "option", post=PAIR),
    row("assignments:option-undo", "option", post=PAIR),
    row("assignments:stretch", "option", get=PAIR, post=PAIR),
    row("assignments:demonstrated", "mentorship", get=PAIR, post=PAIR),
    row("assignments:experiment-add", "option", get=PAIR, post=PAIR),
    row("assignments:experiment-edit", "experiment", get=PAIR, post=PAIR),
    # The shared pool is everybody's to read and to add to.
    row("assignments:opportunities", get=EVERYBODY),
    row("assignments:opportunity-offer", get=EVERYBODY, post=EVERYBODY),
    row("assignments:opportunity-import", get=EVERYBODY, post=EVERYBODY),
    row("assignments:opportunity-import-check", "import_key", closed=True),
    row("assignments:opportunity", "opportunity", get=EVERYBODY),
    row("assignments:opportunity-edit", "opportunity", get={"colleague"}, post={"colleague"}, other=403),
    row("assignments:opportunity-close", "opportunity", post={"colleague"} | OFFICE, other=403),
    row(
        "assignments:opportunity-take",
        "opportunity",
        post=PAIR | {"other_mentee", "other_mentor"},
        other=403,
    ),
    row("assignments:brief-start", "option", post=PAIR),
    row("assignments:brief", "endorsed_brief", get=PAIR | ASKED | HR),
    row("assignments:brief-section", "endorsed_brief_section", get=PAIR, post=PAIR, forbidden=ASKED | HR),
    row("assignments:brief-presence", "endorsed_brief", post=PAIR, forbidden=ASKED | HR),
    row("assignments:brief-compare", "endorsed_brief", get=PAIR | ASKED | HR),
    row("assignments:brief-remark-settle", "brief_remark", post=PAIR),
    row("assignments:brief-pdf", "endorsed_brief", get=PAIR | ASKED | HR),
    row("assignments:brief-submit", "brief", post=PAIR),
    row("assignments:brief-endorse", "brief", post=MENTOR, forbidden=MENTEE),
    row("assignments:brief-request-changes", "brief", post=MENTOR, forbidden=MENTEE),
    row("assignments:brief-decline", "brief", post=MENTOR, forbidden=MENTEE),
    row("assignments:brief-new-version", "brief", post=PAIR),
    row("assignments:outcome-add", "endorsed_brief", get=PAIR, post=PAIR, forbidden=ASKED | HR),
    row("assignments:outcome-edit", "outcome", get=PAIR, post=PAIR, forbidden=ASKED | HR),
    row("assignments:outcome-remove", "outcome", get=PAIR, post=PAIR, forbidden=ASKED | HR),
    row("assignments:brief-return", "endorsed_brief", get=PAIR, post=PAIR, forbidden=ASKED | HR),
    row("assignments:brief-return-remove", "endorsed_brief", get=PAIR, post=PAIR, forbidden=ASKED | HR),
    row("assignments:claims", "endorsed_brief", get=PAIR, post=PAIR, forbidden=ASKED | HR),
    row("assignments:claim-edit", "claim", get=PAIR, post=PAIR, forbidden=ASKED | HR),
    row("assignments:claim-remove", "claim", get=PAIR, post=PAIR, forbidden=ASKED | HR),
    row("assignments:sponsor-ask", "endorsed_brief", get=MENTEE, post=MENTEE, forbidden=MENTOR | ASKED | HR),
    row("assignments:sponsor-request", "sponsor_request", get=PAIR | ASKED),
    row("assignments:sponsor-accept", "sponsor_request", post=ASKED, forbidden=PAIR),
    row("assignments:sponsor-decline", "sponsor_request", post=ASKED, forbidden=PAIR),
    row("assignments:sponsor-withdraw", "sponsor_request", post=MENTEE, forbidden=MENTOR | ASKED),
    row("assignments:ranking", "mentorship", get=PAIR),
    row("assignments:ranking-weights", "mentorship", get=PAIR, post=PAIR),
    row("assignments:ranking-keep", "mentorship", post=PAIR),
    row("assignments:kept-ranking", "kept_ranking", get=PAIR),
    row("assignments:option-weigh", "option", get=PAIR, post=PAIR),
    row("assignments:working-hours", "mentorship", get=PAIR, post=PAIR),
    row("assignments:method", get=EVERYBODY, post=ADMINISTRATOR, other=403),
    # Doing the work
    row("assignments:list", get=EVERYBODY),
    row("assignments:detail", "assignment", get=PARTIES),
    row("assignments:records", get=HR, other=403),
    row("assignments:record", "assignment", get=HR),
    row("assignments:pause", "assignment", get=PAIR, post=PAIR, forbidden=SPONSOR),
    row("assignments:resume", "assignment", post=PAIR, forbidden=SPONSOR),
    row("assignments:close", "assignment", get=PAIR, post=PAIR, forbidden=SPONSOR),
    row("assignments:charter", "assignment", get=PARTIES | HR),
    row("assignments:charter-edit", "assignment", get=PAIR, post=PAIR, forbidden=SPONSOR),
    row("assignments:charter-acknowledge", "assignment", post=PARTIES, forbidden=HR),
    row("assignments:charter-begin", "assignment", post=PAIR, forbidden=SPONSOR),
    # The link of a mail reaches this one form, whoever opens it.
    row("assignments:manager-agreement", "hours_token", get=EVERYBODY, post=EVERYBODY, public=True),
    row("assignments:manager-agreement-own", "hours", get={"manager"}, post={"manager"}),
    row("assignments:milestone-add", "assignment", get=PAIR, post=PAIR, forbidden=SPONSOR),
    row("assignments:milestone-edit", "milestone", get=PAIR, post=PAIR, forbidden=SPONSOR),
    row("assignments:milestone-done", "milestone", post=PAIR, forbidden=SPONSOR),
    row("assignments:measurements", "assignment", get=PARTIES, post=PAIR, forbidden=SPONSOR),
    row("assignments:measurement-take-back", "measurement", post=PAIR, forbidden=SPONSOR),
    row("assignments:evidence-list", "assignment", get=PARTIES),
    row("assignments:evidence-log", "assignment", get=MENTEE, post=MENTEE, forbidden=MENTOR | SPONSOR),
    row("assignments:evidence", "evidence", get=PAIR),
    row("assignments:evidence-share", "evidence", post=MENTEE, forbidden=MENTOR),
    row("assignments:evidence-file", "evidence_file", get=PAIR),
    row("assignments:check-in", "check_in", get=PAIR, post=PAIR),
    row("assignments:check-in-acknowledge", "answer", post=MENTOR, forbidden=MENTEE),
    # Looking back
    row("reviews:list", get=EVERYBODY),
    row("reviews:review", "review_of_mentor", get=MENTOR, post=MENTOR),
    row("reviews:evidence-file", "review_file", get=MENTOR),
    row("reviews:for-assignment", "finished", get=PARTIES | HR),
    row("reviews:start", "assignment", get=PAIR, post=PAIR, forbidden=SPONSOR),
    row("reviews:verify-levels", "finished", get=MENTOR, post=MENTOR, forbidden=MENTEE | SPONSOR),
    row("reviews:cycles", get=HR, other=403),
    row("reviews:cycle-add", get=HR, post=HR, other=403),
    row("reviews:cycle", "cycle", get=HR, other=403),
    row("reviews:export-request", "cycle", get=HR, post=HR, other=403),
    row("reviews:export-dictionary", get=HR, other=403),
    row("reviews:export", "export", get=HR),
    row("reviews:export-download", "ready_export", get=HR),
    row("sponsors:dashboard", get=EVERYBODY),
    row("sponsors:acknowledge", "assignment", post=SPONSOR, forbidden=PAIR),
    # Behind a mailed link: open to nobody by who they are, only by the digits that were mailed.
    row("sponsors:door", "sponsor_link", get=EVERYBODY, public=True),
    row("sponsors:door-code", "sponsor_link", post=EVERYBODY, public=True),
    row("sponsors:door-enter", "sponsor_link", get=EVERYBODY, post=EVERYBODY, public=True),
    row("sponsors:door-leave", "sponsor_link", post=EVERYBODY, public=True),
    row("sponsors:door-acknowledge", "sponsor_link_and_work", post=EVERYBODY, public=True),
    row("sponsors:door-ask", "sponsor_link_and_ask", get=EVERYBODY, public=True),
    row("sponsors:door-ask-accept", "sponsor_link_and_ask", post=EVERYBODY, public=True),
    row("sponsors:door-ask-delegate", "sponsor_link_and_ask", get=EVERYBODY, post=EVERYBODY, public=True),
    row("sponsors:door-ask-decline", "sponsor_link_and_ask", post=EVERYBODY, public=True),
    row("sponsors:preview", "assignment", get=PAIR, forbidden=SPONSOR),
    row("sponsors:ask-add", "assignment", get=PAIR, post=PAIR, forbidden=SPONSOR),
    row("sponsors:asks", "assignment", get=PARTIES),
    row("sponsors:ask", "ask", get=PARTIES | DELEGATE),
    row("sponsors:ask-accept", "ask", post=SPONSOR | DELEGATE, forbidden=PAIR),
    row("sponsors:ask-delegate", "ask", get=SPONSOR | DELEGATE, post=SPONSOR | DELEGATE, forbidden=PAIR),
    row("sponsors:ask-decline", "ask", post=SPONSOR | DELEGATE, forbidden=PAIR),
    row("sponsors:ask-withdraw", "ask", post=PAIR, forbidden=SPONSOR | DELEGATE),
    row("sponsors:continuity", "assignment", get=PAIR, post=PAIR, forbidden=SPONSOR),
    row("sponsors:hand-over", "hand_over", get=PAIR | ASKED),
    row("sponsors:hand-over-accept", "hand_over", post=ASKED, forbidden=PAIR),
    row("sponsors:hand-over-decline", "hand_over", post=ASKED, forbidden=PAIR),
    row("sponsors:hand-over-withdraw", "hand_over", post=PAIR, forbidden=ASKED),
    # Finding a sponsor: between mentee and mentor
    row("sponsors:candidates", "option", get=PAIR),
    row("sponsors:for-option", "option", get=PAIR),
    row("sponsors:candidate-add", "option", get=PAIR, post=PAIR),
    row("sponsors:candidate-edit", "candidate", get=PAIR, post=PAIR),
    row("sponsors:candidate-set-aside", "candidate", post=PAIR),
    row("sponsors:candidate-rank", "candidate", get=PAIR, post=PAIR),
    row("sponsors:grid", "option", get=PAIR),
    row("sponsors:stakeholder-add", "option", get=PAIR, post=PAIR),
    row("sponsors:stakeholder-edit", "stakeholder", get=PAIR, post=PAIR),
    row("sponsors:stakeholder-remove", "stakeholder", post=PAIR),
    row("sponsors:check-ins", "assignment", get=PARTIES),
    row("sponsors:check-in", "sponsor_check_in", get=PARTIES, post=PARTIES),
    row("sponsors:check-in-acknowledge", "written_check_in", post=MENTOR | SPONSOR, forbidden=MENTEE),
    row("sponsors:introduction", "candidate", get=PAIR, post=PAIR),
    # The mentee asks; the mentor may help with the words.
    row("sponsors:introduction-ask", "candidate", get=MENTEE, post=MENTEE, forbidden=MENTOR),
    row("sponsors:introduction-step", "candidate", post=PAIR),
    # Whoever is to introduce sees the request alone, and whoever was written to their message.
    row("sponsors:introduce", "introduction", get={"colleague"}),
    row("sponsors:introduce-done", "introduction", post={"colleague"}),
    row("sponsors:introduce-hand-on", "introduction", get={"colleague"}, post={"colleague"}),
    row("sponsors:approach", "sent_introduction", get={"other_sponsor"}, post={"other_sponsor"}),
]
