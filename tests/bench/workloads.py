"""Every workload, in the order of the report."""

from tests.bench import claims_file, due_dates, reminders, tracker

WORKLOADS = (tracker.WORKLOAD, claims_file.WORKLOAD, due_dates.WORKLOAD, reminders.WORKLOAD)
