from portal.people.models.invitations import Invitation, InvitationQuerySet
from portal.people.models.registers import RegisterConfirmation
from portal.people.models.resets import FactorReset
from portal.people.models.tokens import ApiToken, KeptAnswer

__all__ = ["ApiToken", "FactorReset", "Invitation", "InvitationQuerySet", "KeptAnswer", "RegisterConfirmation"]
