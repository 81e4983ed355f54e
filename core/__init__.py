"""Datawall: what each extra accuracy point costs, and what it does to margin.

The library behind the dashboard and the command line. It never imports
Streamlit and keeps no global state.
"""
