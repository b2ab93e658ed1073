namespace Engage.Contracts.Texts;

/// <summary>
/// Letters and their marks as Unicode composes them, for Latin, Greek, Cyrillic and kana; the runtime carries no
/// such table where it carries no culture data, as ours. From UnicodeData.txt, version 14.
/// </summary>
public static class Marks
{
    // Mark, its combining class, and pairs of a letter without it and the same letter with it.
    private static readonly (char Mark, byte Class, string Pairs)[] Table =
    [
        ((char)0x0300, 230,
            "AÀEÈIÌOÒUÙaàeèiìoòuùÜǛüǜNǸnǹЕЀИЍеѐиѝĒḔēḕŌṐōṑWẀwẁÂẦâầĂẰăằÊỀêềÔỒôồƠỜơờƯỪưừYỲyỳἀἂἁἃἈἊἉἋἐἒἑἓἘἚ" +
            "ἙἛἠἢἡἣἨἪἩἫἰἲἱἳἸἺἹἻὀὂὁὃὈὊὉὋὐὒὑὓὙὛὠὢὡὣὨὪὩὫαὰεὲηὴιὶοὸυὺωὼΑᾺΕῈΗῊ᾿῍ϊῒΙῚ῾῝ϋῢΥῪ¨῭ΟῸΩῺ"),
        ((char)0x0301, 230,
            "AÁEÉIÍOÓUÚYÝaáeéiíoóuúyýCĆcćLĹlĺNŃnńRŔrŕSŚsśZŹzźÜǗüǘGǴgǵÅǺåǻÆǼæǽØǾøǿ¨΅ΑΆΕΈΗΉΙΊΟΌΥΎΩΏϊΐαάεέ" +
            "ηήιίϋΰοόυύωώϒϓГЃКЌгѓкќÇḈçḉĒḖēḗÏḮïḯKḰkḱMḾmḿÕṌõṍŌṒōṓPṔpṕŨṸũṹWẂwẃÂẤâấĂẮăắÊẾêếÔỐôốƠỚơớƯỨưứἀἄἁἅ" +
            "ἈἌἉἍἐἔἑἕἘἜἙἝἠἤἡἥἨἬἩἭἰἴἱἵἸἼἹἽὀὄὁὅὈὌὉὍὐὔὑὕὙὝὠὤὡὥὨὬὩὭ᾿῎῾῞"),
        ((char)0x0302, 230,
            "AÂEÊIÎOÔUÛaâeêiîoôuûCĈcĉGĜgĝHĤhĥJĴjĵSŜsŝWŴwŵYŶyŷZẐzẑẠẬạậẸỆẹệỌỘọộ"),
        ((char)0x0303, 230,
            "AÃNÑOÕaãnñoõIĨiĩUŨuũVṼvṽÂẪâẫĂẴăẵEẼeẽÊỄêễÔỖôỗƠỠơỡƯỮưữYỸyỹ"),
        ((char)0x0304, 230,
            "AĀaāEĒeēIĪiīOŌoōUŪuūÜǕüǖÄǞäǟȦǠȧǡÆǢæǣǪǬǫǭÖȪöȫÕȬõȭȮȰȯȱYȲyȳИӢиӣУӮуӯGḠgḡḶḸḷḹṚṜṛṝαᾱΑᾹιῑΙῙυῡΥῩ"),
        ((char)0x0306, 230,
            "AĂaăEĔeĕGĞgğIĬiĭOŎoŏUŬuŭУЎИЙийуўЖӁжӂАӐаӑЕӖеӗȨḜȩḝẠẶạặαᾰΑᾸιῐΙῘυῠΥῨ"),
        ((char)0x0307, 230,
            "CĊcċEĖeėGĠgġIİZŻzżAȦaȧOȮoȯBḂbḃDḊdḋFḞfḟHḢhḣMṀmṁNṄnṅPṖpṗRṘrṙSṠsṡŚṤśṥŠṦšṧṢṨṣṩTṪtṫWẆwẇXẊxẋYẎyẏ" +
            "ſẛ"),
        ((char)0x0308, 230,
            "AÄEËIÏOÖUÜaäeëiïoöuüyÿYŸΙΪΥΫιϊυϋϒϔЕЁІЇеёіїАӒаӓӘӚәӛЖӜжӝЗӞзӟИӤиӥОӦоӧӨӪөӫЭӬэӭУӰуӱЧӴчӵЫӸыӹHḦhḧ" +
            "ÕṎõṏŪṺūṻWẄwẅXẌxẍtẗ"),
        ((char)0x0309, 230,
            "AẢaảÂẨâẩĂẲăẳEẺeẻÊỂêểIỈiỉOỎoỏÔỔôổƠỞơởUỦuủƯỬưửYỶyỷ"),
        ((char)0x030A, 230,
            "AÅaåUŮuůwẘyẙ"),
        ((char)0x030B, 230,
            "OŐoőUŰuűУӲуӳ"),
        ((char)0x030C, 230,
            "CČcčDĎdďEĚeěLĽlľNŇnňRŘrřSŠsšTŤtťZŽzžAǍaǎIǏiǐOǑoǒUǓuǔÜǙüǚGǦgǧKǨkǩƷǮʒǯjǰHȞhȟ"),
        ((char)0x030F, 230,
            "AȀaȁEȄeȅIȈiȉOȌoȍRȐrȑUȔuȕѴѶѵѷ"),
        ((char)0x0311, 230,
            "AȂaȃEȆeȇIȊiȋOȎoȏRȒrȓUȖuȗ"),
        ((char)0x0313, 230,
            "αἀΑἈεἐΕἘηἠΗἨιἰΙἸοὀΟὈυὐωὠΩὨρῤ"),
        ((char)0x0314, 230,
            "αἁΑἉεἑΕἙηἡΗἩιἱΙἹοὁΟὉυὑΥὙωὡΩὩρῥΡῬ"),
        ((char)0x031B, 216,
            "OƠoơUƯuư"),
        ((char)0x0323, 220,
            "BḄbḅDḌdḍHḤhḥKḲkḳLḶlḷMṂmṃNṆnṇRṚrṛSṢsṣTṬtṭVṾvṿWẈwẉZẒzẓAẠaạEẸeẹIỊiịOỌoọƠỢơợUỤuụƯỰưựYỴyỵ"),
        ((char)0x0324, 220,
            "UṲuṳ"),
        ((char)0x0325, 220,
            "AḀaḁ"),
        ((char)0x0326, 220,
            "SȘsșTȚtț"),
        ((char)0x0327, 202,
            "CÇcçGĢgģKĶkķLĻlļNŅnņRŖrŗSŞsşTŢtţEȨeȩDḐdḑHḨhḩ"),
        ((char)0x0328, 202,
            "AĄaąEĘeęIĮiįUŲuųOǪoǫ"),
        ((char)0x032D, 220,
            "DḒdḓEḘeḙLḼlḽNṊnṋTṰtṱUṶuṷ"),
        ((char)0x032E, 220,
            "HḪhḫ"),
        ((char)0x0330, 220,
            "EḚeḛIḬiḭUṴuṵ"),
        ((char)0x0331, 220,
            "BḆbḇDḎdḏKḴkḵLḺlḻNṈnṉRṞrṟTṮtṯZẔzẕhẖ"),
        ((char)0x0342, 230,
            "ἀἆἁἇἈἎἉἏἠἦἡἧἨἮἩἯἰἶἱἷἸἾἹἿὐὖὑὗὙὟὠὦὡὧὨὮὩὯαᾶ¨῁ηῆ᾿῏ιῖϊῗ῾῟υῦϋῧωῶ"),
        ((char)0x0345, 240,
            "ἀᾀἁᾁἂᾂἃᾃἄᾄἅᾅἆᾆἇᾇἈᾈἉᾉἊᾊἋᾋἌᾌἍᾍἎᾎἏᾏἠᾐἡᾑἢᾒἣᾓἤᾔἥᾕἦᾖἧᾗἨᾘἩᾙἪᾚἫᾛἬᾜἭᾝἮᾞἯᾟὠᾠὡᾡὢᾢὣᾣὤᾤὥᾥὦᾦὧᾧὨᾨὩᾩὪᾪὫᾫὬᾬ" +
            "ὭᾭὮᾮὯᾯὰᾲαᾳάᾴᾶᾷΑᾼὴῂηῃήῄῆῇΗῌὼῲωῳώῴῶῷΩῼ"),
        ((char)0x3099, 8,
            "かがきぎくぐけげこごさざしじすずせぜそぞただちぢつづてでとどはばひびふぶへべほぼうゔゝゞカガキギクグケゲコゴサザシジスズセゼソゾタダチヂツヅテデトドハバヒビフブヘベホボウヴワヷヰヸ" +
            "ヱヹヲヺヽヾ"),
        ((char)0x309A, 8,
            "はぱひぴふぷへぺほぽハパヒピフプヘペホポ"),
    ];

    private static readonly Dictionary<char, byte> Classes = Table.ToDictionary(row => row.Mark, row => row.Class);

    private static readonly Dictionary<(char Letter, char Mark), char> Composed = Pairs()
        .ToDictionary(pair => (pair.Plain, pair.Mark), pair => pair.Marked);

    private static readonly Dictionary<char, char> Plain = Pairs()
        .ToDictionary(pair => pair.Marked, pair => pair.Plain);

    /// <summary>Combining class: marks of different classes may stand in any order, lower ones first.</summary>
    public static byte ClassOf(char mark) => Classes.GetValueOrDefault(mark, (byte)230);

    public static bool TryCompose(char letter, char mark, out char composed) =>
        Composed.TryGetValue((letter, mark), out composed);

    /// <summary>The letter without any marks.</summary>
    public static char Strip(char letter)
    {
        while (Plain.TryGetValue(letter, out var plain)) letter = plain;
        return letter;
    }

    private static IEnumerable<(char Plain, char Mark, char Marked)> Pairs() =>
        from row in Table
        from pair in row.Pairs.Chunk(2)
        select (pair[0], row.Mark, pair[1]);
}
