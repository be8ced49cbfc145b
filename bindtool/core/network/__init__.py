"""The way to a site: which proxies lead there, and what they want to know of whoever passes.

Knows no request and no answer of the site's: `core/api` sends those along the way that was found here.
"""
