"""What staff do with programmes and results."""

from portal.learners.admin.programmes import ProgrammeAdmin
from portal.learners.admin.release_proposals import ReleaseProposalAdmin
from portal.learners.admin.result_files import ResultFileAdmin

__all__ = ["ProgrammeAdmin", "ReleaseProposalAdmin", "ResultFileAdmin"]
