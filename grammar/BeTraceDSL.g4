// BeTraceDSL: the shape of a rule. `npm run grammar` makes the parser in packages/dsl/src/parse/generated from this file.
//
// The grammar knows shapes, not names: that `trace.has` is a call and `span.duration` a field of type duration is decided by
// packages/dsl/src/check, which can then say "unknown field, did you mean ...?" where a grammar could only say "unexpected".
// Every decision here needs one token of look-ahead, so that the parser is linear in the text; keep it so.
grammar BeTraceDSL;

ruleText
    : annotation* ( invariant | expression ) EOF
    ;

// ---- Annotations: @SOC2(controls = {CC6_1, CC7_2})

annotation
    : AT name LPAREN name ASSIGN LBRACE control ( COMMA control )* RBRACE RPAREN
    ;

// An id in the framework's spelling or with underscores: CC6_1, CC6.1, AC-2, 164.312(a)(1), "A.5.1". No blanks inside.
control
    : STRING
    | ( name | INTEGER | DECIMAL | DURATION | NUMBERLIKE | DOT | LPAREN ( name | INTEGER ) RPAREN )+
    ;

// ---- Invariants: when { E } always { E } never { E }

invariant
    : WHEN block clause*
    ;

clause
    : ( ALWAYS | NEVER ) block
    ;

block
    : LBRACE expression RBRACE
    ;

// ---- Expressions, of a trace and of a span alike. `not` binds tightest, then `and`, then `or`.

expression
    : conjunction ( OR conjunction )*
    ;

conjunction
    : condition ( AND condition )*
    ;

// Rules below this line that could be told apart by name are written out: each one is an object for every condition of the
// text, and halving them halved the time that a long rule takes.
condition
    : NOT*
      ( LPAREN expression RPAREN
      | TRUE
      | FALSE
      | reference test?
      )
    ;

// span.name, span.attributes["k"], trace.root.name, trace.has(...), count(...). A word may be part of a name: trace.count.in
reference
    : IDENTIFIER
      ( DOT ( IDENTIFIER
            | AND | OR | NOT | IN | CONTAINS | STARTS_WITH | ENDS_WITH | MATCHES | TRUE | FALSE | WHEN | ALWAYS | NEVER
            )
      )*
      ( LBRACKET STRING RBRACKET )?
      arguments?
    ;

arguments
    : LPAREN ( argument ( COMMA argument )* )? RPAREN
    ;

argument
    : STRING
    | expression
    ;

// NUMBERLIKE is let through, for the check to say what is wrong with it.
test
    : ( EQ | NE | LT | LE | GT | GE )
      ( STRING | INTEGER | DECIMAL | DURATION | NUMBERLIKE | TRUE | FALSE | reference )
    | ( CONTAINS | STARTS_WITH | ENDS_WITH | MATCHES )
      ( STRING | INTEGER | DECIMAL | DURATION | NUMBERLIKE | TRUE | FALSE )
    | IN LBRACKET
      ( STRING | INTEGER | DECIMAL | DURATION | NUMBERLIKE | TRUE | FALSE )
      ( COMMA ( STRING | INTEGER | DECIMAL | DURATION | NUMBERLIKE | TRUE | FALSE ) )*
      RBRACKET
    ;

name
    : IDENTIFIER
    | AND | OR | NOT | IN | CONTAINS | STARTS_WITH | ENDS_WITH | MATCHES | TRUE | FALSE | WHEN | ALWAYS | NEVER
    ;

// ---- Words, in any letter case

AND         : [aA] [nN] [dD] ;
OR          : [oO] [rR] ;
NOT         : [nN] [oO] [tT] ;
IN          : [iI] [nN] ;
CONTAINS    : [cC] [oO] [nN] [tT] [aA] [iI] [nN] [sS] ;
STARTS_WITH : [sS] [tT] [aA] [rR] [tT] [sS] '_' [wW] [iI] [tT] [hH] ;
ENDS_WITH   : [eE] [nN] [dD] [sS] '_' [wW] [iI] [tT] [hH] ;
MATCHES     : [mM] [aA] [tT] [cC] [hH] [eE] [sS] ;
TRUE        : [tT] [rR] [uU] [eE] ;
FALSE       : [fF] [aA] [lL] [sS] [eE] ;
WHEN        : [wW] [hH] [eE] [nN] ;
ALWAYS      : [aA] [lL] [wW] [aA] [yY] [sS] ;
NEVER       : [nN] [eE] [vV] [eE] [rR] ;

EQ       : '==' ;
NE       : '!=' ;
LT       : '<' ;
LE       : '<=' ;
GT       : '>' ;
GE       : '>=' ;
LPAREN   : '(' ;
RPAREN   : ')' ;
LBRACE   : '{' ;
RBRACE   : '}' ;
LBRACKET : '[' ;
RBRACKET : ']' ;
COMMA    : ',' ;
DOT      : '.' ;
AT       : '@' ;
ASSIGN   : '=' ;

// ---- Literals. A string's escapes are checked later, so that a wrong one gets an error of its own.

STRING   : '"' ( '\\' ~[\r\n] | ~["\\\r\n] )* '"' ;
INTEGER  : '-'? DIGITS ;
DECIMAL  : '-'? DIGITS ( '.' DIGITS EXPONENT? | EXPONENT ) ;
DURATION : '-'? ( DIGITS ( '.' DIGITS )? UNIT )+ ;

IDENTIFIER : [a-zA-Z_] [a-zA-Z0-9_]* ;

// What begins like a number and is none: 5d, 10sec, 1_000; also control ids: 164_312, 10.2.1.
NUMBERLIKE : '-'? [0-9] ( [a-zA-Z0-9_\u00B5\u03BC] | '.' [a-zA-Z0-9_] )* ;

fragment DIGITS   : [0-9]+ ;
fragment EXPONENT : [eE] [+\-]? DIGITS ;
fragment UNIT     : 'ns' | 'us' | '\u00B5s' | '\u03BCs' | 'ms' | 's' | 'm' | 'h' ;

COMMENT : '//' ~[\r\n]* -> skip ;
BLANK   : [ \t\r\n\f\u00A0\uFEFF]+ -> skip ;

// ---- What other languages write. No parser rule uses these: the guard reports each with a hint and repairs it.

FOREIGN_AND        : '&&' | '&' ;
FOREIGN_OR         : '||' | '|' ;
FOREIGN_NOT        : '!' ;
FOREIGN_EQ         : '===' ;
FOREIGN_NE         : '!==' | '<>' ;
FOREIGN_GE         : '=>' ;
FOREIGN_LE         : '=<' ;
FOREIGN_MATCH      : '=~' | '~=' | '~' ;
FOREIGN_NO_MATCH   : '!~' ;
FOREIGN_STRING     : '\'' ( '\\' ~[\r\n] | ~['\\\r\n] )* '\'' | '`' ~[`\r\n]* '`' | [\u201C\u201D\u201E] ~["\u201C\u201D\u201E\r\n]* [\u201C\u201D] ;
FOREIGN_COMMENT    : '#' ~[\r\n]* | '--' ~[\r\n]* | '/*' .*? ( '*/' | EOF ) ;
OPEN_STRING        : '"' ( '\\' ~[\r\n] | ~["\\\r\n] )* '\\'? ;
OTHER              : [\u0000-\u0008\u000B\u000E-\u001F\u007F-\u009F]+ | . ;
