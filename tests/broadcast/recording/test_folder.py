from pathlib import Path

import pytest

from storecast.broadcast.recording.folder import SessionFolder, StoredSession, stored_sessions


def state(session_id: str = "s1") -> StoredSession:
    return StoredSession(session_id, "playback1", "claim", token_required=False, last_at=1.5)


def test_what_is_saved_is_found_by_a_later_process(tmp_path: Path) -> None:
    folder = SessionFolder(tmp_path, "s1")
    folder.save(state())
    ended = state()
    ended.ended = "gone"
    folder.save(ended)
    SessionFolder(tmp_path, "s2").save(state("s2"))
    assert list(stored_sessions(tmp_path)) == [ended, state("s2")]
    folder.remove()
    assert list(stored_sessions(tmp_path)) == [state("s2")]


def test_a_folder_that_cannot_be_read_stops_none_of_the_others(tmp_path: Path) -> None:
    SessionFolder(tmp_path, "s2").save(state("s2"))
    (tmp_path / "s1").mkdir()
    (tmp_path / "s1" / "session.json").write_bytes(b'{"session_id":')
    assert list(stored_sessions(tmp_path)) == [state("s2")]


def test_takes_are_numbered_on_over_processes_and_in_order(tmp_path: Path) -> None:
    folder = SessionFolder(tmp_path, "s1")
    folder.save(state())
    assert folder.next_take() == (1, folder.path / "take-001.mp4")
    assert folder.next_take() == (2, folder.path / "take-002.mp4")
    for number in (2, 999, 1000):
        (folder.path / f"take-{number:03}.mp4").touch()
    later = SessionFolder(tmp_path, "s1")
    assert later.next_take()[0] == 1001
    assert [path.name for path in later.takes()] == ["take-002.mp4", "take-999.mp4", "take-1000.mp4"]


def test_a_full_disk_stops_no_show(tmp_path: Path) -> None:
    (tmp_path / "s1").touch()  # no folder can be made here
    SessionFolder(tmp_path, "s1").save(state())
    assert list(stored_sessions(tmp_path)) == []


def test_drafts_are_apart_and_go_away(tmp_path: Path) -> None:
    folder = SessionFolder(tmp_path, "s1")
    with folder.draft() as one, folder.draft() as other:
        assert one != other
        (one / "joined.mp4").touch()
        assert folder.takes() == []
    assert list(folder.path.iterdir()) == []


@pytest.mark.parametrize("session_id", ["", "../s1", "a/b", "s" * 129, "a b", "\0"])
def test_an_id_that_cannot_name_a_folder_is_refused(tmp_path: Path, session_id: str) -> None:
    with pytest.raises(ValueError, match="session id"):
        SessionFolder(tmp_path, session_id)
