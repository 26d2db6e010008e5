from secretaria.models.bodies import Body, BodyMember, Meeting, MeetingCall, MeetingFile, MeetingMember

__all__ = ["Body", "BodyMember", "Meeting", "MeetingCall", "MeetingFile", "MeetingMember"]
