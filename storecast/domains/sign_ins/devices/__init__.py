"""The devices a person is signed in on."""
