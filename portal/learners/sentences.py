"""What acts on learners say on a timeline."""

SENTENCES = {
    "learners.saved": "{who} saved learners: {new} new, {changed} changed.",
    "learners.corrected": "{who} corrected the learner’s {fields}.",
    "learners.programmes_approved": "{who} approved {count} programmes.",
    "learners.registered": "{who} saved registrations: {new} new, {changed} changed.",
    "learners.units_added": "{who} added units to sets of units: {units} units, {learners} learners.",
    "learners.units_chosen": "{who} changed the set of units: {added} added, {removed} taken out.",
    "learners.entered": "{who} entered the learner for unit {unit} in the series {series}.",
    "learners.entries_loaded": "{who} entered learners for external units: {new} new entries.",
    "learners.results_loaded": "{who} issued results of external units: {new} results.",
    "learners.awards_loaded": "{who} issued overall grades: {new} grades.",
    "learners.papers_loaded": "{who} loaded papers with their boundaries: {papers} papers.",
    "learners.release_told": "The results of {series}, level {level}, came out: {registrations} registrations.",
    "learners.result_file_discarded": "A file of results was discarded.",
    "learners.result_file_used": "{who} used a file of {kind}: {new} new rows, {refused} left out.",
    "learners.release_proposed": "{who} proposed other moments for results of {series}, level {level}.",
    "learners.release_returned": "{who} sent back other moments for results of {series}, level {level}.",
    "learners.release_moved": "{who} approved other moments for results of {series}, level {level}.",
    "learners.release_set": "{who} set when results of {series}, level {level}, come out.",
    "learners.programme_released": "{who} released the programme after standards verification.",
}
