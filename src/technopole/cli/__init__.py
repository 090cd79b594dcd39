"""The commands: assembles every folder's own into `technopole`."""
