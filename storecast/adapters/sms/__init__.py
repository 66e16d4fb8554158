"""SMS: what they say, Twilio that sends them and hears the answers, or files in `DATA/sms`."""
