"""The only writers of learners, registrations, sets of units, entries, results and programmes."""

from portal.learners.actions.entries import EntryLine, enter, save_entries
from portal.learners.actions.papers import PaperLine, load_papers
from portal.learners.actions.people import LearnerLine, Saved, correct_learner, save_learners
from portal.learners.actions.programmes import approve_programmes, release_programme, release_programmes
from portal.learners.actions.registrations import RegistrationLine, save_registrations
from portal.learners.actions.release_proposals import approve_release, propose_release, return_release
from portal.learners.actions.releases import set_release, tell_released
from portal.learners.actions.result_files import Loaded, discard_results, receive_results, use_results
from portal.learners.actions.results import AwardLine, ResultLine, load_award_results, load_results
from portal.learners.actions.units import add_units, choose_units

__all__ = [
    "AwardLine",
    "EntryLine",
    "LearnerLine",
    "Loaded",
    "PaperLine",
    "RegistrationLine",
    "ResultLine",
    "Saved",
    "add_units",
    "approve_programmes",
    "approve_release",
    "choose_units",
    "correct_learner",
    "discard_results",
    "enter",
    "load_award_results",
    "load_papers",
    "load_results",
    "propose_release",
    "receive_results",
    "release_programme",
    "release_programmes",
    "return_release",
    "save_entries",
    "save_learners",
    "save_registrations",
    "set_release",
    "tell_released",
    "use_results",
]
