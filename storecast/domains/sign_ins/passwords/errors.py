from storecast.domains.accounts.errors import LinkFault, LinkRefused
from storecast.kit.errors import Conflict

WHY = {
    LinkFault.UNKNOWN: "is not one that was mailed to this address; ask for a new link",
    LinkFault.OVER: "is too old; ask for a new link",
    LinkFault.USED: "was used before, or the password has been set since; ask for a new link",
}


class WrongLink(LinkRefused):
    def __init__(self, fault: LinkFault) -> None:
        super().__init__("token", fault, WHY[fault])


class AlreadyVerified(Conflict):
    title = "Already verified"

    def __init__(self) -> None:
        super().__init__("Your email address is verified already.")
