"""Variant kanji of personal and place names, each folded to one common form for searching.

A person spelt 髙橋 or 渡邉 in the roster is sought as 高橋 or 渡辺, and the other way round. The table decides
what is *found*, never what is shown: names are stored and printed as their owners write them.

Sources: the old forms beside the modern ones in 常用漢字表 and in 戸籍法施行規則 別表第二 (kanji for names), the
characters of Windows code page 932 beyond JIS X 0208, and variants customary in surnames and place names.
The common form is the modern one and always part of JIS X 0208. Pairs felt to be different names stay apart:
坂 阪, 州 洲, 刈 苅, 畑 畠, 佑 祐, 杉 椙. Compatibility ideographs such as U+FA19 (old form of 神) are not
listed: Unicode normalisation folds them already.
"""

from collections.abc import Mapping
from typing import Final

# Each group is the common form followed by its variants.
_GROUPS: Final = """
高髙 崎﨑嵜碕 辺邊邉 斉齊斎齋 沢澤 広廣 桜櫻 浜濱濵 島嶋嶌 真眞 国國囯圀 吉𠮷 土圡 橋𣘺 角⻆ 滝瀧 竜龍
瀬瀨 渋澁澀 関關 塩鹽 亀龜 鶴靏靍鸖 鉄鐵鐡銕 剣劍劒剱劔釼 船舩 館舘 富冨 峰峯 岳嶽 野埜 柳栁桺 桑桒
松枩柗 梅楳 秋穐龝 園薗 磯礒 淵渕渊 涼凉 釜釡 竈竃 壺壷 籠篭 藪薮籔 蓑簑 枡桝 栃杤 蔵藏 荘莊 豊豐 黒黑
黄黃 青靑 緑綠 静靜 清淸 浄淨 浅淺 渓溪 渉涉 温溫 湾灣 満滿 涛濤 潜濳潛 狭狹 栄榮 寿壽 恵惠 徳德 寛寬
慎愼 悦悅 恒恆 応應 弥彌 礼禮 禄祿 禅禪 祢禰 祷禱 穂穗 稲稻 穏穩 頼賴 謡謠 万萬 与與 両兩 並竝 亜亞 会會
仏佛 来來 伝傳 仮假 仙僊 体體躰 余餘 予豫 児兒 円圓 写寫冩 凛凜 励勵 勲勳勛 勧勸 医醫 区區 厳嚴 参參
双雙 収收 叡睿 台臺 団團 囲圍 図圖 塁壘 増增 壮壯 壱壹 弐貳 奥奧 嬢孃 学學 宝寶寳 実實 将將 専專 対對
尭堯 届屆 属屬 峡峽 巌巖 巻卷 帯帶 庁廳 弁辨瓣辯 当當 従從 懐懷 戸戶 抜拔 拝拜 拡擴 摂攝 教敎 数數 旧舊
昂昻 昇曻 晋晉 晃晄 暁曉 暦曆 曽曾 条條 楼樓 楽樂 様樣 槙槇 横橫 検檢 権權 桧檜 欧歐 歩步 歳歲 歴歷 帰歸
毎每 気氣 虎乕 炉爐 為爲 焔焰 焼燒 灯燈 爾尓 猪豬 独獨 瑶瑤 遥遙 珍珎 画畫 畳疊疉 発發 尽盡 研硏 砺礪
略畧 耕畊 浩澔 皐皋 矩榘 竪豎 糸絲 経經 絵繪 緒緖 縁緣 縄繩 県縣 総總 繊纖 継繼 続續 繋繫 群羣 翠翆 聡聰
声聲 粛肅 舎舍 舗舖 艶艷 芦蘆 芸藝 茎莖 莱萊 薫薰 薬藥 蘇蘓 蕊蘂蕋 庵菴 号號 蛍螢 蝉蟬 蠣蛎 蟹蠏 衛衞
装裝 覇霸 覚覺 覧覽 観觀 誉譽 証證 譲讓 讃讚 賛贊 転轉 軽輕 達逹 遅遲 郎郞 郷鄕鄉 村邨 隣鄰 醸釀 釈釋
鉤鈎 銭錢 録錄 鎮鎭 鉱鑛礦砿 閉閇 間閒 随隨 険險 隠隱 雁鴈鳫 鶏鷄雞 霊靈 顔顏 顕顯 穎頴 餅餠 駅驛 駆驅駈
験驗 鯵鰺 鴎鷗 鶯鴬 麦麥 麹麴 点點 党黨 齢齡 熙煕熈凞 兎兔 喜㐂 和咊 彦彥 杉杦 返﨤 宜冝 風凬 欅﨔 瓶甁
曹曺 裴裵
"""

VARIANTS: Final[Mapping[str, str]] = {variant: group[0] for group in _GROUPS.split() for variant in group[1:]}
"""Variant → common form, one character each."""
