"""How much of everything a run works on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """`centres` and `registrations` make the national data set; `file_rows` also the learners of its largest centre.

    `sample` is how many rows a reference does that would take minutes for all of them, `requests` how many pages a
    round asks for, `mails` how many are delivered a round, `tickets` how many the ticket desk holds, `kills` how often
    a sender is killed, `few` how many registrations stand where the tracker is asked among few.
    """

    centres: int
    registrations: int
    file_rows: int
    due_dates: int
    sample: int
    requests: int
    mails: int
    tickets: int
    kills: int
    few: int
    rounds: int

    @property
    def words(self) -> str:
        return (
            f"{self.registrations:,} registrations of {self.centres:,} centres, each centre with an exams officer, a "
            f"deputy and a head; one more centre with {self.file_rows:,} registrations; {self.tickets:,} tickets"
        )


NATIONAL = Size(
    centres=5_500,
    registrations=1_000_000,
    file_rows=10_000,
    due_dates=300_000,
    sample=2_000,
    requests=200,
    mails=1_000,
    tickets=100_000,
    kills=20,
    few=10_000,
    rounds=3,
)
SMOKE = Size(
    centres=6,
    registrations=600,
    file_rows=60,
    due_dates=800,
    sample=12,
    requests=4,
    mails=8,
    tickets=50,
    kills=1,
    few=200,
    rounds=2,
)
