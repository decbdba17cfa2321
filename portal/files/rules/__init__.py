"""What a stored or made file must be, without the database."""
