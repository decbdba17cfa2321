"""The only writers of learners, registrations, sets of units, entries, results and programmes."""

from portal.learners.actions.entries import EntryLine, enter, save_entries
from portal.learners.actions.people import LearnerLine, Saved, correct_learner, save_learners
from portal.learners.actions.programmes import approve_programmes, release_programme, release_programmes
from portal.learners.actions.registrations import RegistrationLine, save_registrations
from portal.learners.actions.results import ResultLine, load_results
from portal.learners.actions.units import add_units, choose_units

__all__ = [
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
    "load_results",
    "release_programme",
    "release_programmes",
    "save_entries",
    "save_learners",
    "save_registrations",
]
