"""The channel check: does a channel add devices or replace them?"""
