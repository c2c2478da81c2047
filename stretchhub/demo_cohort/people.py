"""The sixty people of Tidewell Logistics: who they are, where they sit and whom they report to."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from stretchhub.people.models import Role, RoleGrant, User

from .cohort import Cohort

PASSWORD = "stretch-demo"  # noqa: S105 (known to everyone on purpose)
SITES = {
    "F": ("Felixstowe", "Europe/London", "en-gb"),
    "S": ("Singapore", "Asia/Singapore", "en-gb"),
    "N": ("Newark", "America/New_York", "en-gb"),
}
SIGN_INS = ("mentor", "mentee", "sponsor", "hr", "admin")
ROLES = {"hr": Role.HR, "sim": Role.HR, "admin": Role.ADMINISTRATOR}
# In a firm of this size the head of HR reads the reports on equity and leads calibrations; each is a role of its own.
ALSO = (("hr", Role.EQUITY_ANALYST), ("hr", Role.CALIBRATOR))
LEFT_DAYS_AGO = {"pritchard": 96}

# key, full name, preferred name, job title, department, site, manager
CAST = (
    ("solberg", "Ingrid Solberg", "", "Chief executive", "Finance and people", "F", ""),
    # Sponsors
    ("sponsor", "Margaret Oyelaran", "", "Director of customer operations", "Commercial", "F", "solberg"),
    ("tan", "Desmond Tan", "", "Regional director, Asia", "Operations", "S", "solberg"),
    ("whitlock", "Carol Whitlock", "", "Vice president, operations Americas", "Operations", "N", "solberg"),
    ("brandt", "Stefan Brandt", "", "Chief technology officer", "Technology", "F", "solberg"),
    ("ferreira", "Luísa Ferreira", "", "Finance director", "Finance and people", "F", "solberg"),
    ("hale", "Jonathan Hale", "Jon", "Commercial director, Americas", "Commercial", "N", "solberg"),
    ("khatun", "Rehana Khatun", "", "Head of quality and compliance", "Operations/Quality", "F", "solberg"),
    # Line managers
    ("everett", "Paul Everett", "", "Transport operations manager", "Operations/Transport planning", "F", "mentor"),
    ("whitfield", "Joanna Whitfield", "Jo", "Customs manager", "Operations/Transport planning", "F", "mentor"),
    ("chua", "Bernard Chua", "", "Systems manager, Asia", "Technology/Systems", "S", "brandt"),
    ("tighe", "Alison Tighe", "", "Laboratory and audit manager", "Operations/Quality", "F", "khatun"),
    ("stanton", "Gregory Stanton", "Greg", "Account services manager", "Commercial/Key accounts", "N", "hale"),
    ("chong", "Mei Hua Chong", "", "Head of analytics", "Technology/Data", "S", "brandt"),
    ("ainsley", "Robert Ainsley", "Rob", "Finance operations manager", "Finance and people/Finance", "F", "macrae"),
    ("vega", "Dolores Vega", "", "Shift operations manager", "Operations/Depots/Newark", "N", "bell"),
    ("pillai", "Harish Pillai", "", "Cold store operations manager", "Operations/Depots/Singapore", "S", "lim"),
    ("ofori", "Janet Ofori", "", "People operations manager", "Finance and people/People", "F", "ferreira"),
    # Mentors
    ("mentor", "Daniel Achterberg", "", "Head of transport planning", "Operations/Transport planning", "F", "solberg"),
    ("koh", "Siew Ling Koh", "", "Warehouse systems lead", "Technology/Systems", "S", "chua"),
    ("delacroix", "Patrice Delacroix", "", "Senior quality manager", "Operations/Quality", "F", "khatun"),
    ("kowalczyk", "Renee Kowalczyk", "", "Key account manager, pharma", "Commercial/Key accounts", "N", "hale"),
    ("nair", "Arjun Nair", "", "Data engineering manager", "Technology/Data", "S", "chong"),
    ("macrae", "Fiona Macrae", "", "Financial controller", "Finance and people/Finance", "F", "ferreira"),
    ("bell", "Marcus Bell", "", "Depot manager, Newark", "Operations/Depots/Newark", "N", "whitlock"),
    ("lim", "Wei Jie Lim", "", "Depot manager, Singapore", "Operations/Depots/Singapore", "S", "tan"),
    ("rao", "Sunita Rao", "", "Learning and organisation lead", "Finance and people/People", "F", "ofori"),
    # Mentees
    ("mentee", "Amara Nwosu", "", "Transport planner", "Operations/Transport planning", "F", "everett"),
    ("wilk", "Tomasz Wilk", "Tomek", "Route analyst", "Operations/Transport planning", "F", "everett"),
    ("holloway", "Grace Holloway", "", "Fleet coordinator", "Operations/Transport planning", "F", "everett"),
    ("demir", "Yusuf Demir", "", "Night planner", "Operations/Transport planning", "F", "everett"),
    ("haddad", "Leila Haddad", "", "Customs coordinator", "Operations/Transport planning", "F", "whitfield"),
    ("ong", "Jun Hao Ong", "", "Systems analyst", "Technology/Systems", "S", "chua"),
    ("rahim", "Nurul Aisyah Rahim", "Nurul", "Warehouse system specialist", "Technology/Systems", "S", "chua"),
    ("teo", "Kelvin Teo", "", "Integration developer", "Technology/Systems", "S", "chua"),
    ("shaw", "Bethany Shaw", "Beth", "Quality technician", "Operations/Quality", "F", "tighe"),
    ("adeleke", "Oluwaseun Adeleke", "Seun", "Temperature compliance officer", "Operations/Quality", "F", "tighe"),
    ("nowicka", "Marta Nowicka", "", "Internal auditor", "Operations/Quality", "F", "tighe"),
    ("castillo", "Brianna Castillo", "", "Account coordinator", "Commercial/Key accounts", "N", "stanton"),
    ("price", "Devon Price", "", "Customer care team lead", "Commercial/Customer care", "N", "stanton"),
    ("lindqvist", "Hannah Lindqvist", "", "Tender writer", "Commercial/Key accounts", "N", "stanton"),
    ("menon", "Priyanka Menon", "", "Data analyst", "Technology/Data", "S", "chong"),
    ("okonjo", "Samuel Okonjo", "Sam", "Reporting developer", "Technology/Data", "S", "chong"),
    ("fraser", "Ewan Fraser", "", "Management accountant", "Finance and people/Finance", "F", "ainsley"),
    ("baptiste", "Chloe Baptiste", "", "Billing analyst", "Finance and people/Finance", "F", "ainsley"),
    ("ortega", "Luis Ortega", "", "Shift supervisor", "Operations/Depots/Newark", "N", "vega"),
    ("brooks", "Tanya Brooks", "", "Yard planner", "Operations/Depots/Newark", "N", "vega"),
    ("osman", "Farah Osman", "", "Inventory controller", "Operations/Depots/Singapore", "S", "pillai"),
    ("goh", "Raymond Goh", "", "Cold store supervisor", "Operations/Depots/Singapore", "S", "pillai"),
    ("petrova", "Nadia Petrova", "", "Recruiter", "Finance and people/People", "F", "ofori"),
    ("reid", "Callum Reid", "", "Health and safety adviser", "Finance and people/People", "F", "ofori"),
    # People partners and the administrator
    ("hr", "Helen Marsh", "", "People partner", "Finance and people/People", "F", "ofori"),
    ("sim", "Victor Sim", "", "People partner, Asia", "Finance and people/People", "S", "ofori"),
    ("admin", "Adebayo Bankole", "Ade", "Systems administrator", "Technology/Systems", "F", "brandt"),
    # Colleagues
    ("birch", "Simon Birch", "", "Lead driver", "Operations/Depots/Felixstowe", "F", "everett"),
    ("doyle", "Eileen Doyle", "", "Customer care adviser", "Commercial/Customer care", "F", "sponsor"),
    ("kavitha", "Kavitha Subramaniam", "", "Responsible pharmacist", "Operations/Quality", "S", "khatun"),
    ("jensen", "Tyler Jensen", "", "Software engineer", "Technology/Systems", "N", "brandt"),
    ("marchetti", "Rosa Marchetti", "", "Credit controller", "Finance and people/Finance", "F", "ainsley"),
    ("pritchard", "Owen Pritchard", "", "Transport planner", "Operations/Transport planning", "F", "everett"),
)


def add_people(cohort: Cohort) -> None:
    """Write everybody with one password, their verified addresses, line managers and roles."""
    password = make_password(PASSWORD, salt=f"{cohort.rng.getrandbits(64):016x}")
    users = [_user(cohort, password, *row) for row in CAST]
    User.objects.bulk_create(users)
    cohort.people = {row[0]: user for row, user in zip(CAST, users, strict=True)}
    for row in CAST:
        cohort.people[row[0]].manager = cohort.people.get(row[6])
    User.objects.bulk_update(users, ["manager"])
    EmailAddress.objects.bulk_create(EmailAddress(user=u, email=u.email, verified=True, primary=True) for u in users)
    _grant_roles(cohort)


def _user(cohort: Cohort, password: str, key: str, full_name: str, preferred: str, title: str, *rest: str) -> User:
    department, site, _manager = rest
    location, zone, locale = SITES[site]
    name = full_name.lower().replace("í", "i").replace(" ", ".")
    user = User(
        code=cohort.code(),
        email=f"{key if key in SIGN_INS else name}@demo.example",
        full_name=full_name,
        preferred_name=preferred,
        employee_id=f"TW-{cohort.rng.randrange(100, 1000)}{[row[0] for row in CAST].index(key):02d}",
        job_title=title,
        department=department,
        location=location,
        time_zone=zone,
        locale=locale,
        password=password,
    )
    user.joined_at = user.invited_at = cohort.moment(-740, 9, user)
    if key in LEFT_DAYS_AGO:
        user.is_active = False
        user.deactivated_at = cohort.moment(-LEFT_DAYS_AGO[key], 17, user)
    return user


def _grant_roles(cohort: Cohort) -> None:
    """The administrator's own role came with the first sign-in; the others are the administrator's doing."""
    admin = cohort.people["admin"]
    for key, role in [*ROLES.items(), *ALSO]:
        person = cohort.people[key]
        by = None if person == admin else admin
        at = cohort.moment(-739, 10, admin)
        grant = RoleGrant.objects.create(user=person, role=role, granted_by=by, granted_at=at)
        cohort.remember(by, f"people.role_granted.{grant.role.value}", person, at, ["role_grants"])
    for person in cohort.people.values():
        cohort.remember(admin, "people.created", person, person.joined_at, ["email", "full_name", "job_title"])
        if person.deactivated_at:
            cohort.remember(cohort.people["hr"], "people.deactivated", person, person.deactivated_at, ["is_active"])
