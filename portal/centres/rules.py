"""Who may do what: one table from roles to capabilities."""

from datetime import date

from portal.errors import Refused
from portal.web.labels import Labelled


class Role(Labelled):
    HEAD = "head", "head of centre"
    OFFICER = "officer", "exams officer"
    DEPUTY = "deputy", "deputy exams officer"
    QUALITY = "quality", "quality nominee"
    PROGRAMME = "programme", "programme lead"
    SENCO = "senco", "SENCo"
    READER = "reader", "read-only"


class StaffRole(Labelled):
    CASEWORK = "casework", "casework"
    APPEALS = "appeals", "appeals"
    INVESTIGATIONS = "investigations", "investigations"
    EXAMINER = "examiner", "senior examiner"
    PANEL = "panel", "panel member"
    DATES = "dates", "key-dates editor"
    AUDITOR = "auditor", "auditor"
    ADMIN = "admin", "administrator"


# What a page or act asks for. Centre capabilities are checked for (user, centre, moment).
CLAIMS_VIEW = "claims.view"
CLAIMS_MAKE = "claims.make"
GRADES_ENTER = "grades.enter"
LEARNERS_VIEW = "learners.view"
LEARNERS_IMPORT = "learners.import"
PEOPLE_VIEW = "people.view"
PEOPLE_MANAGE = "people.manage"
PEOPLE_DELEGATE = "people.delegate"
# The head of centre alone answers for who has an account.
REGISTER_CONFIRM = "people.confirm_register"
CENTRE_HOME = "centre.home"
RESULTS_VIEW = "results.view"
# Results under embargo: the head of centre and the exams officer only.
RESULTS_RESTRICTED = "results.restricted"
REQUESTS_VIEW = "requests.view"
REQUESTS_MAKE = "requests.make"

_READ = frozenset({CENTRE_HOME, CLAIMS_VIEW, LEARNERS_VIEW, PEOPLE_VIEW, RESULTS_VIEW, REQUESTS_VIEW})
_OFFICE = _READ | {CLAIMS_MAKE, GRADES_ENTER, LEARNERS_IMPORT, REQUESTS_MAKE}

CAPABILITIES: dict[Role, frozenset[str]] = {
    Role.HEAD: _OFFICE | {PEOPLE_MANAGE, PEOPLE_DELEGATE, REGISTER_CONFIRM, RESULTS_RESTRICTED},
    Role.OFFICER: _OFFICE | {RESULTS_RESTRICTED},
    Role.DEPUTY: _OFFICE,
    Role.QUALITY: _READ,
    Role.PROGRAMME: _READ | {GRADES_ENTER},
    Role.SENCO: frozenset({CENTRE_HOME, LEARNERS_VIEW}),
    Role.READER: _READ,
}


class Bundle(Labelled):
    """What a head of centre may delegate to a member of the centre, by name."""

    CLAIMS = "claims", "make claims"
    LEARNERS = "learners", "keep learners and grades"
    PEOPLE = "people", "manage people"
    REQUESTS = "requests", "ask for reviews and scripts"


# A delegate who manages people cannot delegate, and cannot touch the role of head of centre.
BUNDLES: dict[Bundle, frozenset[str]] = {
    Bundle.CLAIMS: frozenset({CENTRE_HOME, CLAIMS_VIEW, CLAIMS_MAKE, LEARNERS_VIEW}),
    Bundle.LEARNERS: frozenset({CENTRE_HOME, LEARNERS_VIEW, LEARNERS_IMPORT, CLAIMS_VIEW, GRADES_ENTER}),
    Bundle.PEOPLE: frozenset({CENTRE_HOME, PEOPLE_VIEW, PEOPLE_MANAGE}),
    Bundle.REQUESTS: frozenset({CENTRE_HOME, LEARNERS_VIEW, RESULTS_VIEW, REQUESTS_VIEW, REQUESTS_MAKE}),
}
# In days. A delegation always ends; a longer one would be a role.
LONGEST_DELEGATION = 366

# Staff capabilities are Django permissions: what `user.has_perm` answers.
STAFF_CLAIMS_VIEW = "claims.view_claim"
STAFF_CLAIMS_DECIDE = "claims.decide_claim"
STAFF_STANDING_VIEW = "claims.view_centrestanding"
STAFF_CONTACT = "claims.contact_centre"
STAFF_RELEASE = "learners.release_programme"
STAFF_DATES_VIEW = "deadlines.view_keydate"
STAFF_DATES_EDIT = "deadlines.edit_keydate"
STAFF_DATES_APPROVE = "deadlines.approve_keydate"
STAFF_MAIL_VIEW = "notices.view_notice"
STAFF_MAIL_RESOLVE = "notices.resolve_notice"
STAFF_AUDIT_VIEW = "audit.view_entry"
STAFF_PEOPLE_VIEW = "accounts.view_user"
STAFF_PEOPLE_MANAGE = "accounts.manage_user"
STAFF_CASES_VIEW = "casework.view_case"
STAFF_CASES_WORK = "casework.work_case"
STAFF_DECISIONS_COUNTERSIGN = "casework.countersign_decision"
STAFF_RESULTS_VIEW = "learners.view_result"
STAFF_RESULTS_LOAD = "learners.load_result"
STAFF_FEES_VIEW = "fees.view_price"
STAFF_FEES_EDIT = "fees.edit_price"
# What every member of staff has: filters of their own, and who covers for whom.
STAFF_DESK = "desk.view_cover"
STAFF_CENTRES_VIEW = "centres.view_centre"
STAFF_CENTRES_MANAGE = "centres.manage_centre"

STAFF_CAPABILITIES: dict[StaffRole, frozenset[str]] = {
    StaffRole.CASEWORK: frozenset(
        {
            STAFF_CLAIMS_VIEW,
            STAFF_CLAIMS_DECIDE,
            STAFF_STANDING_VIEW,
            STAFF_CONTACT,
            STAFF_RELEASE,
            STAFF_CASES_VIEW,
            STAFF_CASES_WORK,
            STAFF_DECISIONS_COUNTERSIGN,
            STAFF_RESULTS_VIEW,
            STAFF_RESULTS_LOAD,
            STAFF_FEES_VIEW,
            STAFF_CENTRES_VIEW,
            STAFF_DATES_VIEW,
            STAFF_DESK,
            STAFF_MAIL_VIEW,
        }
    ),
    StaffRole.APPEALS: frozenset({STAFF_CENTRES_VIEW, STAFF_DATES_VIEW, STAFF_DESK}),
    StaffRole.INVESTIGATIONS: frozenset({STAFF_CENTRES_VIEW, STAFF_DATES_VIEW, STAFF_DESK}),
    StaffRole.EXAMINER: frozenset({STAFF_DATES_VIEW, STAFF_DESK, STAFF_CASES_VIEW, STAFF_CASES_WORK}),
    StaffRole.PANEL: frozenset({STAFF_DATES_VIEW, STAFF_DESK}),
    StaffRole.DATES: frozenset({STAFF_DATES_VIEW, STAFF_DESK, STAFF_DATES_EDIT, STAFF_DATES_APPROVE}),
    StaffRole.AUDITOR: frozenset(
        {
            STAFF_AUDIT_VIEW,
            STAFF_CLAIMS_VIEW,
            STAFF_STANDING_VIEW,
            STAFF_CASES_VIEW,
            STAFF_RESULTS_VIEW,
            STAFF_FEES_VIEW,
            STAFF_CENTRES_VIEW,
            STAFF_DATES_VIEW,
            STAFF_DESK,
            STAFF_PEOPLE_VIEW,
        }
    ),
    StaffRole.ADMIN: frozenset(
        {
            STAFF_PEOPLE_VIEW,
            STAFF_PEOPLE_MANAGE,
            STAFF_CENTRES_VIEW,
            STAFF_CENTRES_MANAGE,
            STAFF_FEES_VIEW,
            STAFF_FEES_EDIT,
            STAFF_MAIL_VIEW,
            STAFF_MAIL_RESOLVE,
            STAFF_DATES_VIEW,
            STAFF_DESK,
            # Where there is one editor only, the second person is an administrator, who proposes nothing.
            STAFF_DATES_APPROVE,
        }
    ),
}


def capabilities_of(roles: "list[Role]") -> frozenset[str]:
    """Everything that any of a person's roles at one centre allows."""
    return frozenset().union(*(CAPABILITIES[role] for role in roles))


def delegated_capabilities(bundles: "list[Bundle]") -> frozenset[str]:
    """Everything that was delegated to a person at one centre."""
    return frozenset().union(*(BUNDLES[bundle] for bundle in bundles))


def check_delegation_days(*, from_on: date, to_on: date, today: date) -> None:
    """A delegation runs from its first day to its last, neither of them past, for a year at most. Raises Refused."""
    if from_on < today:
        raise Refused("The first day cannot lie in the past.", code="dates", field="from_on")
    if to_on < from_on:
        raise Refused("The last day lies before the first.", code="dates", field="to_on")
    if (to_on - from_on).days >= LONGEST_DELEGATION:
        raise Refused("Choose a last day within a year of the first. You can delegate again then.", field="to_on")


def staff_capabilities_of(roles: "list[StaffRole]") -> frozenset[str]:
    """Everything that any of a person's staff roles allows."""
    return frozenset().union(*(STAFF_CAPABILITIES[role] for role in roles))
