"""What a plan may bound."""

from enum import StrEnum


class Limit(StrEnum):
    """Features that bound something; the value is the feature's identifier."""

    CHANNELS = "channelsLimit"
    PRODUCTS = "products"
    MINUTES = "streaming_minutes"
    STORAGE = "diskQuota"  # megabytes (MiB) of videos
    SUBSCRIBERS = "subscribers"  # who is reminded of shows, of all channels
    TEXTS = "smsReminders"  # SMS a calendar month
