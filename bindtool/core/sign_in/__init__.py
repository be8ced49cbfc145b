"""Signing in to Coze: with a browser or with a code, and staying signed in."""
