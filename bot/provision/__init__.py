"""`quickdump provision`: from an account and a file of settings to a running service.

Order: wishes -> plan (worked out by AWS, shown, confirmed) -> built with live progress -> what came of it
into `.env` -> the state, the session key, Telegram's and Twilio's addresses -> the doctor. Each step finds
out for itself what is there already, so that the whole can be run again at any time.
"""
