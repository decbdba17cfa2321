class CapabilityBackend:
    def authenticate(self, request, **kwargs):
        return None

    def has_perm(self, user, perm, obj=None):
        return False
