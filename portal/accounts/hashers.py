from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """Argon2id as ASVS 5.0 appendix C approves it (19 MiB, two passes, one lane).

    Django's default costs a results-day morning of CPU: 5,500 sign-ins take minutes instead of seconds.
    """

    time_cost = 2
    memory_cost = 19456
    parallelism = 1
