"""What differs between scenarios, and what does each difference do to the margin?"""

import streamlit as st

from dashboard import charts, scenarios, sensing, show

st.title("Compare scenarios")
chosen = sensing.scenarios_to_compare(show.chain_now().scenario, show.own_chain().scenario)
if chosen is None:
    st.info("Choose a scenario file for the side that is empty.")
else:
    scenarios.side_by_side(sensing.beside(chosen))
    for step, old, new in sensing.steps(chosen):
        found = sensing.difference(old, new)
        st.subheader(show.written(f"{step}: {sensing.headline(found)}"))
        if found.why:
            st.warning(show.written(found.why))
        elif found.changes:
            described = "Gross margin before, the share of each change, and gross margin after"
            key = f"waterfall {old.digest} {new.digest}"
            show.chart(charts.waterfall(found), key, described)
        if found.changes:
            listed = sensing.changes(found)
            alt = "Each change with its share"
            st.dataframe(listed, hide_index=True, height="content", alt=alt)
        if found.same_value:
            keys = ", ".join(key.replace("_", " ") for key in found.same_value)
            with st.expander("Same value, but another interval, source or date"):
                st.write(f"{keys}.")
        st.caption(
            f"{'' if found.why else found.method + ' '}Every assumption at its median, wrong "
            f"answers counted, and the cheapest plan chosen anew each time. From "
            f"{found.old.digest} to {found.new.digest}."
        )
show.next_step("returns", "what the decision returns")
