"""The JSON door for programs: `padstone.entrypoints.api.door.urls` is what config/urls.py includes under
/api/v1/.
"""
