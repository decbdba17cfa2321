"""Where each learner stands, claiming and unit grades, for programs."""
