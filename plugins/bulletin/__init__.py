"""The bulletin board インフォメーション: what a city tells its staff, and how it knows that they have read it.

A *posting* 掲示 stands in a *category* 分類, is told by a *sender* (a person, a post such as 市長, a section) to an
*audience* 公開先, and is on display from a moment to another (*display period* 掲載期間). Being *read* 既読 happens by
opening it; being *confirmed* 確認済み is an act of the reader. A *revision* is one wording of a posting with its settings;
where the bureau's rule asks for approval, a revision waits until somebody other than its author puts it in force. An
*edition* counts the wordings that readers are to read again. A *nudge* 再通知 brings a posting back to the top of what
waits for those who have not confirmed it.
"""
