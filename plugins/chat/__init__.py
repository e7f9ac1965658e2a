"""チャット: rooms, what is said in them, and who has read it.

A *room* ルーム has *members* メンバー: principals (a person, an organisation, a post, a duty) with a *role*, so that membership
follows transfers. Messages are numbered 1, 2, 3 … in their room. A *place* is how far somebody has read in a room: one row for
each person who ever opened it, whatever was said there; a message is never written more than once. A *direct* room is the one
room of two people, the *own* room マイルーム that of one.
"""
