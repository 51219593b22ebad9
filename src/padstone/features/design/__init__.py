"""Design intake: bills of materials, placements and design files as they exist in the wild, made ready to
build.
"""
