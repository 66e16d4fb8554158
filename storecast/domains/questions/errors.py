from storecast.kit.errors import Conflict, Forbidden, NotFound


class QuestionNotFound(NotFound):
    title = "Question not found"


class QuestionsOff(Conflict):
    title = "Questions are off"

    def __init__(self) -> None:
        super().__init__("The host takes no questions here.")


class QuestionClosed(Conflict):
    title = "Question closed"

    def __init__(self) -> None:
        super().__init__("This question is not open for votes any more.")


class QuestionNotShown(Conflict):
    title = "Question not shown"

    def __init__(self) -> None:
        super().__init__("Viewers do not see this question. Approve or restore it first.")


class NetworkHasVoted(Forbidden):
    title = "Too many votes from here"

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} guests from your network have voted on this. Sign in to vote.")
