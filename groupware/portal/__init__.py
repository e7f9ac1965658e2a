"""The portal: one glance at the day, what waits, what is new, where everybody is.

Tabs (common, organisation, personal) are arrangements of blocks in two columns. A block is a portlet of a plugin or a
free content. The common and the organisations' arrangements, the launcher and the titles of section pages are kept per
process (cache version `portal`), so that a page pays for what is the person's own only.

A portlet's `load(actor)` that returns nothing hides the portlet. Portlets of the column "top" stand without a frame above
both columns of every tab and cannot be moved: the place of honour.
"""
