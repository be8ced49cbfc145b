"""The window's program: `start` shows it, `composition` builds every part and runs them on the loop of
`qt_asyncio_loop`.
"""
