from storecast.kit.errors import Conflict, Forbidden, NotFound


class ThreadNotFound(NotFound):
    title = "Thread not found"


class ChatOff(Conflict):
    title = "Chat is off"

    def __init__(self) -> None:
        super().__init__("The host has turned the chat off.")


class GuestChatOff(Forbidden):
    title = "Sign in to chat"

    def __init__(self) -> None:
        super().__init__("Guests can't write here. Sign in to chat.")


class MessageNotFound(NotFound):
    title = "Message not found"


class NotYourMessage(Forbidden):
    title = "Not your message"

    def __init__(self) -> None:
        super().__init__("Only its author can change a message.")


class TooLateToEdit(Conflict):
    title = "Too late"

    def __init__(self) -> None:
        super().__init__("A message can be changed for one minute. Write a new one.")


class NotYoursToDelete(Forbidden):
    title = "Not your message"

    def __init__(self) -> None:
        super().__init__("Only its author and moderators can delete a message.")


class DeletedByAuthor(Conflict):
    title = "Deleted by its author"

    def __init__(self) -> None:
        super().__init__("Its author has deleted this message, so nobody else can bring it back.")


class AwaitsReview(Conflict):
    title = "Awaits review"

    def __init__(self) -> None:
        super().__init__("A moderator looks at this message first.")


class ReactedEnough(Conflict):
    title = "Enough reactions"

    def __init__(self, most: int) -> None:
        super().__init__(f"You can react to a message with {most} emojis.")


class TooManyKinds(Conflict):
    title = "Too many kinds"

    def __init__(self, most: int) -> None:
        super().__init__(f"This message has {most} kinds of reactions, which is all it can have. Join in with one.")


class NotPinned(Conflict):
    title = "Not pinned"

    def __init__(self) -> None:
        super().__init__("This message is not pinned.")


class OwnMessage(Conflict):
    title = "Your own message"

    def __init__(self) -> None:
        super().__init__("You can't report what you said yourself. Delete it.")


class NothingToDecide(Conflict):
    title = "Nothing to decide"

    def __init__(self) -> None:
        super().__init__("This message does not wait for such a decision. Somebody may have been faster.")
