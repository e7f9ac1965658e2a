"""Facility booking 設備予約: who has which room, car or piece of equipment, and when.

A *facility* 設備 stands in a *facility group* 設備グループ and belongs to a *managing unit* 管理組織. A *reservation* is one act of
somebody who wants something at some times; each facility at each time of it is a *booking* 予約. A booking is *requested*
(仮予約) or *confirmed* (本予約); a *blocking* 利用停止 takes the time like a booking and lets nobody in. What a booking *holds* is
its time with the pauses before and after it: of a facility that is *exclusive* no two bookings hold the same moment, and
the database refuses the second one whoever asks.
"""
