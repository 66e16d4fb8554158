"""Subscribers: who asked to be reminded of a channel's shows, by mail or SMS."""
