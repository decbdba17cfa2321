"""The only writers of learners, registrations, sets of units, entries, results and programmes."""

from portal.learners.actions.entries import EntryLine, enter, save_entries
from portal.learners.actions.people import LearnerLine, Saved, correct_learner, save_learners
from portal.learners.actions.programmes import approve_programmes, release_programme, release_programmes
from portal.learners.actions.registrations import RegistrationLine, save_registrations
from portal.learners.actions.releases import set_release, tell_released
from portal.learners.actions.results import AwardLine, ResultLine, load_award_results, load_results
from portal.learners.actions.units import add_units, choose_units

__all__ = [
    "AwardLine",
    "EntryLine",
    "LearnerLine",
    "RegistrationLine",
    "ResultLine",
    "Saved",
    "add_units",
    "approve_programmes",
    "choose_units",
    "correct_learner",
    "enter",
    "load_award_results",
    "load_results",
    "release_programme",
    "release_programmes",
    "save_entries",
    "save_learners",
    "save_registrations",
    "set_release",
    "tell_released",
]
