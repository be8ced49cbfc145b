"""Routes to a site: the proxies in between, and the log-ins to them.

Knows no request and no answer of the site's: `core/api` sends those along the route that was found here.
"""
