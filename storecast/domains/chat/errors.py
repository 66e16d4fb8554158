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
