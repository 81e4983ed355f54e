"""What changed between two scenarios, and what did each change do to the margin?"""

import streamlit as st

from dashboard import charts, sensing, show

st.title("Compare scenarios")
both = sensing.two_scenarios(show.chain_now().scenario)
if both is None:
    st.info("Choose a scenario file for the side that is empty.")
else:
    found = sensing.difference(*both)
    st.subheader(show.written(sensing.headline(found)))
    if found.why:
        st.warning(show.written(found.why))
    elif found.changes:
        described = "Gross margin before, the share of each change, and gross margin after"
        show.chart(charts.waterfall(found), "waterfall", described)
    if found.changes:
        listed = sensing.changes(found)
        st.dataframe(listed, hide_index=True, height="content", alt="Each change with its share")
    if found.same_value:
        keys = ", ".join(key.replace("_", " ") for key in found.same_value)
        with st.expander("Same value, but another interval, source or date"):
            st.write(f"{keys}.")
    st.caption(
        f"{'' if found.why else found.method + ' '}Every assumption at its median, wrong answers "
        f"counted, and the cheapest plan chosen anew each time. From {found.old.digest} to "
        f"{found.new.digest}."
    )
show.next_step("margin", "what margin is left")
