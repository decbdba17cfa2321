"""What the portal is held against: other people's packages and bare Django, set up as their documentation says."""
