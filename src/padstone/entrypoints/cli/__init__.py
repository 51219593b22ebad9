"""The command line's doors that belong to no feature: files, the inbox, accounts, and the processes
themselves.
"""
